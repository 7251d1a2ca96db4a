/** A run that is killed and goes on. */
module dev.tenon.examples.crash {
    requires dev.tenon.core;
    requires dev.tenon.events;
    requires dev.tenon.testing;
    requires static org.jspecify;

    opens dev.tenon.examples.crash to
            tools.jackson.databind;
}
