/** How does an agent remember more than fits? {@link dev.tenon.examples.memory.Sessions} keeps a session in a folder and shows what each compaction did. */
@NullMarked
package dev.tenon.examples.memory;

import org.jspecify.annotations.NullMarked;
