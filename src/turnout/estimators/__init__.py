"""What evidence says of each model for a prompt: numbers first, the choice comes later."""
