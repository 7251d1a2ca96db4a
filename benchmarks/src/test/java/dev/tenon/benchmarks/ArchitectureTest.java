package dev.tenon.benchmarks;

import dev.tenon.checks.ModuleRules;

class ArchitectureTest extends ModuleRules {}
