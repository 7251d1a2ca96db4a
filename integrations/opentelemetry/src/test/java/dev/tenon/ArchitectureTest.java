package dev.tenon;

import dev.tenon.checks.ModuleRules;

class ArchitectureTest extends ModuleRules {}
