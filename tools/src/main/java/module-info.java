/** Tools that are ready to hand to an agent, each with its guard on. */
module dev.tenon.tools {
    requires transitive dev.tenon.core;
    requires com.dashjoin.jsonata;
    requires java.xml;
    requires org.slf4j;
    requires org.yaml.snakeyaml;
    requires static org.jspecify;

    exports dev.tenon.toolbox;
    exports dev.tenon.toolbox.data;
    exports dev.tenon.toolbox.files;
    exports dev.tenon.toolbox.foreign;
    exports dev.tenon.toolbox.guard;
    exports dev.tenon.toolbox.process;
    exports dev.tenon.toolbox.web;
}
