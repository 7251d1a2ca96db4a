package dev.tenon.examples.monitoring;

import dev.tenon.checks.ModuleRules;

class ArchitectureTest extends ModuleRules {}
