package dev.tenon.examples.chat;

import dev.tenon.checks.ModuleRules;

class ArchitectureTest extends ModuleRules {}
