"""The panel: the spine of dyad-years, the store, the build, and figures."""
