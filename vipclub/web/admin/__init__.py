"""The administrator's door. So far: the components that all pages are made of, each with an example."""
