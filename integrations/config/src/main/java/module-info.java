/** Configuration from YAML and TOML files, in layers. */
module dev.tenon.config {
    requires transitive dev.tenon.core;
    requires org.yaml.snakeyaml;
    requires tools.jackson.dataformat.toml;
    requires static org.jspecify;

    exports dev.tenon.config;
}
