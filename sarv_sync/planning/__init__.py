"""Compares desired, last applied and observed. Pure: values in, a plan out."""
