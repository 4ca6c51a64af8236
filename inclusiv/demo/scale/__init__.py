"""Believable rows at any size, for measures: drawn from a seed, written by COPY, in constant memory."""
