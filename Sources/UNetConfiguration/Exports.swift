import UNetFiles
// Whoever reads or writes YAML needs the values, and the errors, that option tables are made of.
@_exported import UNetOptions

extension ConfigurationError: MendedByChoice {}
