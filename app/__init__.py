"""The Streamlit shell around the library: pages, API, theme and shared components."""
