/** Durable journals, and a bus for events. */
module dev.tenon.events {
    requires transitive dev.tenon.core;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.tenon.bus;
    exports dev.tenon.journal.file;
    exports dev.tenon.recording;
}
