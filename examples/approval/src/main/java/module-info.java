/** A run that waits for a person. */
module dev.tenon.examples.approval {
    requires dev.tenon.core;
    requires dev.tenon.events;
    requires dev.tenon.testing;
    requires static org.jspecify;

    opens dev.tenon.examples.approval to
            tools.jackson.databind;
}
