"""Reading DECP files: bytes to contracts, with everything that was odd told in French. Pure."""
