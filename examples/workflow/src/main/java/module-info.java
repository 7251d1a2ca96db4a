/** A workflow in Java and in YAML. */
module dev.tenon.examples.workflow {
    requires dev.tenon.core;
    requires dev.tenon.events;
    requires dev.tenon.testing;
    requires dev.tenon.workflow;
    requires static org.jspecify;
}
