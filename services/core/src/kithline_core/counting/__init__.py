"""Use cases: counters of plugin versions, for whoever runs the installation and for whoever publishes the plugin."""
