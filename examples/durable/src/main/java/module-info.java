/** Runs that outlive their process. */
module dev.tenon.examples.durable {
    requires dev.tenon.core;
    requires dev.tenon.events;
    requires dev.tenon.testing;
    requires static org.jspecify;

    opens dev.tenon.examples.durable to
            tools.jackson.databind;
}
