"""The values that every room speaks: places, directives, findings, rules, errors. Imports no other room."""
