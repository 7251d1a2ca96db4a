/** How is a chat made, with memory, streaming and a way to stop an answer? Start at {@link dev.tenon.examples.chat.Chat}. */
@NullMarked
package dev.tenon.examples.chat;

import org.jspecify.annotations.NullMarked;
