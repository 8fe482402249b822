"""The families of stored measures: one module each, named like the family.

A module has ``SOURCES`` (names of the sources it reads; a change in one of them rebuilds the
family) and ``compile_figures(mirror, first_year)``, which returns a `Compiled`.
"""
