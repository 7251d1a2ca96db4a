/** Tools that are ready to hand to an agent, each with its guard on. */
module dev.tenon.tools {
    requires transitive dev.tenon.core;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.tenon.toolbox;
    exports dev.tenon.toolbox.files;
    exports dev.tenon.toolbox.guard;
    exports dev.tenon.toolbox.process;
    exports dev.tenon.toolbox.web;
}
