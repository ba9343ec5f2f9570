"""What tools from outside say of the built sites: a parser, the Nu checker, Lighthouse, and a browser that weighs."""
