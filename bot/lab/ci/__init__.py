"""The lab's GitHub Actions: workflow files are read, their commands really run in a sandbox."""
