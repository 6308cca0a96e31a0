"""One module per schema revision, oldest first: r1, r2, …"""
