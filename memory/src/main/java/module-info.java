/** What an agent remembers of its conversations, and where it is kept. */
module dev.tenon.memory {
    requires transitive dev.tenon.core;
    requires static transitive java.sql;
    requires static org.jspecify;
    requires org.slf4j;

    exports dev.tenon.recall;
    exports dev.tenon.recall.passage;
    exports dev.tenon.recall.store;
    exports dev.tenon.recall.vector;
}
