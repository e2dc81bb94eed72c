pytest_plugins = ["kithline_sdk.pytest"]
