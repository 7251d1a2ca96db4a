package dev.tenon.checks;

/** The rules hold for the module that makes them. */
class ArchitectureTest extends ModuleRules {}
