/** What an agent remembers of its conversations. */
module dev.tenon.memory {
    requires transitive dev.tenon.core;
    requires static org.jspecify;

    exports dev.tenon.recall;
}
