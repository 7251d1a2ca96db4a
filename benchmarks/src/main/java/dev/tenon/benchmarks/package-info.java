/**
 * What does it cost, and beside whom? Start at {@link dev.tenon.benchmarks.Bench}, the program; each other public class is one
 * question, and its methods the candidates.
 */
@NullMarked
package dev.tenon.benchmarks;

import org.jspecify.annotations.NullMarked;
