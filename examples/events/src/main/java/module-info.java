/** Agents that are watched: what they do, what they cost, what goes wrong. */
module dev.tenon.examples.monitoring {
    requires dev.tenon.core;
    requires dev.tenon.events;
    requires dev.tenon.testing;
    requires static org.jspecify;
}
