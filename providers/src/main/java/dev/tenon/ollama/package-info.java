/**
 * Which models run on this machine, and how are they asked? Start at {@link dev.tenon.ollama.Ollama}, a connection to Ollama's own API; it lists and
 * fetches models too.
 */
@NullMarked
package dev.tenon.ollama;

import org.jspecify.annotations.NullMarked;
