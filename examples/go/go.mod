module example.invalid/saltbox-example

go 1.24
