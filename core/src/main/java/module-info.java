/** The contracts of Tenon, the machine of an agent and its runner, schemas and the reading of model output. */
module dev.tenon.core {
    requires org.slf4j;
    requires transitive tools.jackson.databind;
    requires static transitive org.jspecify;

    uses dev.tenon.provider.ProviderFactory;
    uses dev.tenon.tool.ToolSource;

    exports dev.tenon.agent;
    exports dev.tenon.error;
    exports dev.tenon.event;
    exports dev.tenon.journal;
    exports dev.tenon.json;
    exports dev.tenon.memory;
    exports dev.tenon.message;
    exports dev.tenon.output;
    exports dev.tenon.prompt;
    exports dev.tenon.provider;
    exports dev.tenon.run;
    exports dev.tenon.schema;
    exports dev.tenon.scope;
    exports dev.tenon.search;
    exports dev.tenon.tool;
    exports dev.tenon.vector;

    // States of machines have a JSON form and are nobody else's business.
    opens dev.tenon.agent to
            tools.jackson.databind;
}
