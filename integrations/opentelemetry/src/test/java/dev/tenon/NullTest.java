package dev.tenon;

import dev.tenon.checks.NullRules;

class NullTest extends NullRules {}
