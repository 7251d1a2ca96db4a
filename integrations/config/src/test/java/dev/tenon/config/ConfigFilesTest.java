package dev.tenon.config;

import static dev.tenon.testing.Reply.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.catalogue.ModelCatalogue;
import dev.tenon.checks.Docs;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.openai.Dialect;
import dev.tenon.openai.OpenAi;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Config;
import dev.tenon.provider.ConfigException;
import dev.tenon.provider.EmbeddingProvider;
import dev.tenon.provider.FactoryInfo;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Price;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderFactory;
import dev.tenon.provider.ProviderRegistry;
import dev.tenon.provider.ProvidesModels;
import dev.tenon.provider.Usage;
import dev.tenon.schema.Description;
import dev.tenon.testing.Gen;
import dev.tenon.testing.ModelServer;
import dev.tenon.testing.Property;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFilesTest {
    private static final String SECRET = "sk-very-secret-0123456789";

    @TempDir
    Path folder;

    private Path file(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Json.Obj yaml(String text) throws IOException {
        return ConfigFiles.read(file("a.yaml", text)).values();
    }

    private Json.Obj toml(String text) throws IOException {
        return ConfigFiles.read(file("a.toml", text)).values();
    }

    @Test
    void theGuideShowsWhatRuns() {
        assertThat(Docs.examplesStandIn("configuration.md", ConfigFilesTest.class))
                .isPositive();
    }

    @Test
    void aProviderIsMadeOfFilesInLayers() throws IOException {
        try (ModelServer server = ModelServer.start(asked -> reply("You said: ", asked.lastUserText()))
                .requiring(SECRET)) {
            file("models.yaml", "fast:\n  model: any\n  api_key: ${ACME_KEY}\n  base_url: http://nowhere.example/v1\n");
            file("local.toml", "[fast]\nbase_url = \"" + server.url("/v1") + "\"\n");
            Map<String, String> variables = Map.of("ACME_KEY", SECRET);

            // @start region="layers"
            Config config = ConfigFiles.read(folder.resolve("models.yaml"), folder.resolve("local.toml"))
                    .resolved(variables);
            Provider model = ProviderRegistry.discover()
                    .create("openai", config.at("fast").orElseThrow());
            // @end

            assertThat(model.chat(ChatRequest.of("Hello"), Call.unwatched()).text())
                    .isEqualTo("You said: Hello");
            assertThat(config).hasToString("Config[fast]");
        }
    }

    @Test
    void providersAreMadeByName() throws IOException {
        String key = SECRET;
        Map<String, String> variables = Map.of("OPENAI_MODEL", "gpt-5", "OPENAI_API_KEY", SECRET);
        Properties properties = new Properties();
        properties.setProperty("models.fast.model", "gpt-5-nano");
        ProviderRegistry registry = ProviderRegistry.discover();
        for (FactoryInfo kind : registry.factories()) print(kind.name() + ": " + kind.about());

        Provider fromJson =
                registry.create("openai", Json.object("model", "gpt-5-mini").with("api_key", key));
        Provider fromEnvironment = registry.createFromEnv("openai", variables);
        Provider fromProperties = registry.create("openai", Config.of(properties, "models.fast"));

        EmbeddingProvider vectors = registry.createEmbeddings("openai", Json.object("model", "text-embedding-3-small"));

        assertThat(vectors.info().cost(Usage.of(1_000_000, 0))).hasToString("US$ 0.02");
        assertThat(List.of(
                        fromJson.info().model(),
                        fromEnvironment.info().model(),
                        fromProperties.info().model()))
                .containsExactly("gpt-5-mini", "gpt-5", "gpt-5-nano");
        assertThat(printed).contains("openai: OpenAI's Chat Completions, and the hosts that speak it");
    }

    private final List<String> printed = new ArrayList<>();

    private void print(String line) {
        printed.add(line);
    }

    record AcmeProvider(String model, String region) implements Provider {
        @Override
        public ChatResponse chat(ChatRequest request, Call call) {
            return ChatResponse.of(AssistantMessage.of(region), FinishReason.NONE, Usage.UNREPORTED);
        }
    }

    @ProvidesModels(name = "acme", about = "Acme's models", config = AcmeFactory.Options.class, models = "a-1")
    public static final class AcmeFactory implements ProviderFactory<AcmeFactory.Options> {
        public record Options(
                @Description("the model's name") String model, Optional<String> region) {}

        @Override
        public Provider create(Options config) {
            return new AcmeProvider(config.model(), config.region().orElse("eu"));
        }
    }

    @Test
    void aFactoryOfTheProgramsOwnIsFound() throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(ProviderFactory.class.getName()), AcmeFactory.class.getName());
        URL[] here = {folder.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(here, ConfigFilesTest.class.getClassLoader())) {
            Provider model = ProviderRegistry.discover(loader).create("acme", Json.object("model", "a-1"));

            assertThat(model).isEqualTo(new AcmeProvider("a-1", "eu"));
        }
    }

    @Test
    void theCatalogueIsExtendedFromAFile() throws IOException {
        String key = SECRET;
        file(
                "our-models.json",
                "{\"date\": \"2026-11-25\", \"models\": [{\"provider\": \"openai\", \"model\": \"tuned\", \"window\":"
                        + " 9}]}");
        ModelCatalogue catalogue = ModelCatalogue.bundled()
                .with(ModelInfo.of("openai", "gpt-5").withPrice(Price.perMillion("1.00", "8.00")))
                .and(ModelCatalogue.read(folder.resolve("our-models.json")));
        OpenAi connection =
                OpenAi.connect(Dialect.OPENAI).key(key).catalogue(catalogue).build();

        assertThat(connection.model("tuned").info().window()).isEqualTo(9);
        assertThat(connection.model("gpt-5").info().cost(Usage.of(1_000_000, 0)))
                .hasToString("US$ 1");
    }

    @Test
    void aPriceCoversWhatIsChargedForBesideTheTokens() {
        Price price = Price.perMillion("3.00", "15.00")
                .with(Usage.CACHE_WRITE_HOUR, "6.00")
                .with("web_search_requests", "10000");
        Usage usage =
                new Usage(1, 0, 0, 0, 0, 0, Map.of(), Map.of(Usage.CHARGED, Json.object("web_search_requests", 2)));

        assertThat(price.covers(usage)).isTrue();
        assertThat(price.of(usage)).isEqualByComparingTo("0.020003");
    }

    @Test
    void whatIsWrongIsToldWithFileLineAndPath() throws IOException {
        Path base = file("models.yaml", "fast:\n  model: m\n  headers:\n    X-Team: 7\n  api_key: 12345678\n");
        Path over = file("local.toml", "# mine\n[fast]\nhost = \"" + SECRET + "\"\nbas_url = 'x'\n");
        Config config = ConfigFiles.read(base, over).at("fast").orElseThrow();

        assertThatThrownBy(() -> ProviderRegistry.discover().create("openai", config))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("models.yaml:5:12: $.api_key: expected string or null, got number")
                .hasMessageContaining("models.yaml:4:13: $.headers.X-Team: expected string, got number")
                .hasMessageContaining("local.toml:3:1: $.host: expected one of")
                .hasMessageContaining("local.toml:4:1: $.bas_url: no such member is known")
                .message()
                .doesNotContain(SECRET)
                .doesNotContain("12345678");
    }

    @Test
    void aVariableThatIsNotSetIsNamedWithItsLine() throws IOException {
        Config config = ConfigFiles.read(file("a.yaml", "a:\n  - x\n  - ${NOT_SET}\n"));

        assertThatThrownBy(() -> config.resolved(Map.of()))
                .hasMessage(
                        "this cannot be configured: a.yaml:3:5: $.a[1]: the environment variable NOT_SET is not set");
    }

    @Test
    void laterFilesOverrideEarlierOnesMemberByMember() throws IOException {
        Path one = file("one.yaml", "a: {x: 1, y: {p: 1, q: 2}}\nlist: [1, 2, 3]\nkept: true\n");
        Path two = file("two.json", "{\"a\": {\"y\": {\"q\": 3}}, \"list\": [9]}");
        Path three = file("three.toml", "a.x = { deep = 1 }\n");
        Config config = ConfigFiles.read(one, two, three);

        assertThat(config.values())
                .isEqualTo(Json.parse(
                        "{\"a\": {\"x\": {\"deep\": 1}, \"y\": {\"p\": 1, \"q\": 3}}, \"list\": [9], \"kept\": true}"));
        assertThat(config.source("/a/y/p")).isEqualTo("one.yaml:1:18");
        assertThat(config.source("/a/y/q")).isEqualTo("two.json:1:19");
        assertThat(config.source("/a/x/deep")).isEqualTo("three.toml:1:1");
        assertThat(config.source("/list/2")).as("nothing is there any more").isEqualTo("two.json:1:32");
    }

    // YAML

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "no | \"no\"",
                "on | \"on\"",
                "YES | \"YES\"",
                "True | true",
                "FALSE | false",
                "~ | null",
                "Null | null",
                "0o17 | 15",
                "0x1F | 31",
                "017 | 17",
                "+1 | 1",
                "-0 | 0",
                "1_000 | \"1_000\"",
                "1:30 | \"1:30\"",
                "1.5e3 | 1500",
                ".5 | 0.5",
                "1. | 1",
                "2026-11-25 | \"2026-11-25\"",
                "'1' | \"1\"",
                "\"true\" | \"true\"",
                "!!str 1 | \"1\"",
                "!!int 7 | 7",
                "!!float 7 | 7",
                "<<: x | {\"<<\":\"x\"}",
                "= | \"=\""
            })
    void scalarsAreThoseOfTheCoreSchemaOfYaml12(String written, String value) throws IOException {
        assertThat(yaml(written.contains(": ") ? "a: {" + written + "}\n" : "a: " + written + "\n"))
                .isEqualTo(Json.object("a", Json.parse(value)));
    }

    @Test
    void aFileWithoutValuesIsEmpty() throws IOException {
        for (String text : new String[] {"", "# nothing\n", "---\n", "~\n", "\uFEFF"}) {
            assertThat(yaml(text)).isEqualTo(Json.Obj.EMPTY);
        }
        assertThat(toml("")).isEqualTo(Json.Obj.EMPTY);
        assertThat(toml("# nothing\n")).isEqualTo(Json.Obj.EMPTY);
    }

    @Test
    void aliasesAreExpanded() throws IOException {
        assertThat(yaml("base: &b {x: 1}\none: *b\ntwo: [*b, *b]\n"))
                .isEqualTo(Json.parse("{\"base\":{\"x\":1},\"one\":{\"x\":1},\"two\":[{\"x\":1},{\"x\":1}]}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a: 1\\nb: 2\\na: 3 | a.yaml:3:1: expected each name once, got \"a\" again, first at 1:4",
                "- 1 | a.yaml:1:1: expected a mapping of names to values",
                "just text | a.yaml:1:1: expected a mapping of names to values",
                "a: .inf | a.yaml:1:4: expected a finite number; put it in quotes where a text is meant",
                "a: !!java.net.URL [x] | a.yaml:1:4: expected no tag but those of the core schema",
                "a: !own x | a.yaml:1:4: expected no tag but those of the core schema, and a value that fits it",
                "a: !!int x | a.yaml:1:4: expected no tag but those of the core schema, and a value that fits it",
                "a: &x [*x] | a.yaml:1:4: expected a value, got an alias to what it is in",
                "[1]: 2 | a.yaml:1:1: expected a name, got a list or a mapping",
                "a: *secret | a.yaml:1:4: expected YAML: found undefined alias",
                "a: [1 | a.yaml:2:1: expected YAML: expected ',' or ']', but got <stream end>",
                "a: 1\\n---\\nb: 2 | a.yaml:2:1: expected YAML: but found another document",
                "a: 1e999999999999 | a.yaml:1:4: expected a number of a size that can be used"
            })
    void whatIsNoConfigurationIsRefusedWithItsPlace(String text, String message) {
        assertThatThrownBy(() -> yaml(text.replace("\\n", "\n") + "\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("a program cannot be configured: " + message);
    }

    @Test
    void aliasesCannotGrowWithoutBounds() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 12; i++) {
            String before = "*a" + (i - 1);
            bomb.append("a" + i + ": &a" + i + " [" + (before + ",").repeat(9) + before + "]\n");
        }

        assertThatThrownBy(() -> yaml(bomb.toString()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("expected at most 100000 values, those that aliases repeat included");
    }

    @Test
    void depthSizeAndDigitsAreBounded() {
        assertThatThrownBy(() -> yaml("a: " + "[".repeat(5_000) + "]".repeat(5_000)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("50 levels");
        assertThatThrownBy(() -> toml("a = " + "[".repeat(300) + "]".repeat(300)))
                .isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> yaml("a: " + "x".repeat(ConfigFiles.MAX_BYTES)))
                .hasMessage("a program cannot be configured: a.yaml: expected at most 1048576 bytes, got more");
        assertThatThrownBy(() -> yaml("a: " + "9".repeat(1_000)))
                .hasMessageContaining("a.yaml:1:4: expected a number of at most 100 digits");
    }

    @Test
    void errorsShowNoValue() throws IOException {
        String[] yaml = {
            "key: \"S\n",
            "key: [S\n",
            "key: {S: 1, S\n",
            "key: @S",
            "key: *S",
            "%S",
            "key: !<S> x",
            "key: !!S x",
            "key: S: x",
            "\tkey: S",
            "S",
            "- S",
            "key: 1\n S: 2",
            "? [S]\n: 1",
            "a: 1\na: S"
        };
        String[] toml = {
            "key = \"S", "key = S", "key = 1 S", "key = \"S\"\nkey = \"S\"", "[S", "S", "key = {S", "key = [S"
        };
        String[] json = {"{\"key\": \"S\" 1}", "[\"S\"]", "\"S\"", "{\"key\": S}"};
        int refused = 0;
        for (String text : yaml) refused += showsNoValue("a.yaml", text);
        for (String text : toml) refused += showsNoValue("a.toml", text);
        for (String text : json) refused += showsNoValue("a.json", text);

        assertThat(refused).isGreaterThan(20);
        assertThatThrownBy(() -> ConfigFiles.read(file("a.json", json[0])))
                .hasMessage("a program cannot be configured: a.json: expected JSON: one object, no name twice, nothing"
                        + " after it");
    }

    private int showsNoValue(String name, String text) throws IOException {
        try {
            ConfigFiles.read(file(name, text.replace("S", SECRET)));
            return 0;
        } catch (ConfigException e) {
            assertThat(e.toString()).as(text).doesNotContain(SECRET);
            return 1;
        }
    }

    @Test
    void anyTextIsAConfigurationOrAClearError() {
        Property.forAll(2_000, Gen.text(), text -> {
            for (String name : new String[] {"a.yaml", "a.toml", "a.json"}) {
                try {
                    assertThat(ConfigFiles.read(file(name, text)).values()).isNotNull();
                } catch (ConfigException e) {
                    assertThat(e.getMessage()).startsWith("a program cannot be configured: " + name);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
    }

    @Test
    void jsonIsReadAsItIs() {
        Property.forAll(200, Gen.object(), object -> {
            try {
                assertThat(ConfigFiles.read(file("a.json", object.toString())).values())
                        .isEqualTo(object);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThatThrownBy(() -> ConfigFiles.read(file("a.json", "{\"a\":" + "[".repeat(60) + "]".repeat(60) + "}")))
                .hasMessage("a program cannot be configured: a.json: expected at most 50 levels");
    }

    // TOML

    @Test
    void tomlIsRead() throws IOException {
        assertThat(toml("""
            title = "x"
            when = 2026-11-25T10:00:00Z
            ratio = 1.50
            [a."b.c"]
            list = [1, 2,
                    3] # more
            [[servers]]
            name = 'one'
            [[servers]]
            name = 'two'
            """)).isEqualTo(Json.parse("""
                {"title": "x", "when": "2026-11-25T10:00:00Z", "ratio": 1.50, "a": {"b.c": {"list": [1, 2, 3]}},
                 "servers": [{"name": "one"}, {"name": "two"}]}\
                """));
    }

    @Test
    void linesOfTomlAreKnown() throws IOException {
        Config config = ConfigFiles.read(file("a.toml", """
            # a comment = 1
            title = \"""
            [not.a.table]
            x = 1 \"""
            "quoted.name" = { in = 1 }
              a.b = 'it''s'

            [t . "u/v"]
            list = [ "]", '#', # x = 2
              { k = 1 },
            ]
            after = 1
            [[many]]
            n = 1
            [many.inner]
            m = 1
            [[many]]
            n = 2
            """.replace("'it''s'", "'its'")));

        assertThat(config.source("/title")).isEqualTo("a.toml:2:1");
        assertThat(config.source("/quoted.name/in")).isEqualTo("a.toml:5:1");
        assertThat(config.source("/a/b")).isEqualTo("a.toml:6:3");
        assertThat(config.source("/t")).isEqualTo("a.toml:8:1");
        assertThat(config.source("/t/u~1v/list/2/k")).isEqualTo("a.toml:9:1");
        assertThat(config.source("/t/u~1v/after")).isEqualTo("a.toml:12:1");
        assertThat(config.source("/many/0/n")).isEqualTo("a.toml:14:1");
        assertThat(config.source("/many/0/inner/m")).isEqualTo("a.toml:16:1");
        assertThat(config.source("/many/1/n")).isEqualTo("a.toml:18:1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a = ", "a = 1\na = 2", "[a\n", "= 1", "a = inf", "a = \"x"})
    void whatIsNoTomlIsRefused(String text) {
        assertThatThrownBy(() -> toml(text))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("a program cannot be configured: a.toml");
    }

    // Files

    @Test
    void otherFilesAreRefused() {
        assertThatThrownBy(() -> ConfigFiles.read(file("a.txt", "a: 1")))
                .hasMessage("a program cannot be configured: a.txt: expected a file that ends in .yaml, .yml, .toml or"
                        + " .json");
        assertThatThrownBy(() -> ConfigFiles.read(folder.resolve("missing.yaml")))
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() ->
                        ConfigFiles.read(Files.write(folder.resolve("a.yaml"), new byte[] {'a', ':', (byte) 0xff})))
                .hasMessage("a program cannot be configured: a.yaml: expected text in UTF-8");
    }
}
