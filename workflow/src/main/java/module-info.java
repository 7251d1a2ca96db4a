/** Workflows: definitions as data, and the machine that runs them. */
module dev.tenon.workflow {
    requires transitive dev.tenon.core;
    requires com.dashjoin.jsonata;
    requires org.slf4j;
    requires org.yaml.snakeyaml;
    requires static org.jspecify;

    exports dev.tenon.workflow;

    // The state of a run has a JSON form and is nobody else's business.
    opens dev.tenon.workflow to
            tools.jackson.databind;
}
