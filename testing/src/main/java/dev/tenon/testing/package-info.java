/**
 * How is a program that uses models tested without one? Start at {@link dev.tenon.testing.ScriptedProvider}, a model in memory that answers as told;
 * {@link dev.tenon.testing.ModelServer} is the same behind real HTTP. Both answer with a {@link dev.tenon.testing.Reply}.
 */
@NullMarked
package dev.tenon.testing;

import org.jspecify.annotations.NullMarked;
