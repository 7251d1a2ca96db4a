/** A chat in the terminal, that remembers. */
module dev.tenon.examples.chat {
    requires dev.tenon.core;
    requires dev.tenon.memory;
    requires dev.tenon.providers;
    requires dev.tenon.testing;
    requires org.jline;
    requires static org.jspecify;
}
