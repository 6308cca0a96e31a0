"""Models that can be asked, remote, local or recorded, behind one protocol."""
