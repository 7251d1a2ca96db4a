package dev.tenon.provider;

import static dev.tenon.testing.Reply.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.provider.ConfigException.Problem;
import dev.tenon.provider.ModelInfo.Ability;
import dev.tenon.schema.Description;
import dev.tenon.schema.JsonSchema;
import dev.tenon.testing.ScriptedProvider;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProviderRegistryTest {
    private static final String SECRET = "sk-very-secret-0123456789";

    /** A configuration with a member of every kind. */
    public record Acme(
            @Description("the model") String model,
            Optional<String> key,
            Optional<Integer> retries,
            Optional<Boolean> fast,
            Optional<Region> region,
            Optional<Map<String, String>> headers) {}

    public enum Region {
        EUROPE,
        ASIA
    }

    private static final FactoryInfo INFO = new FactoryInfo(
            "acme",
            "Acme's models",
            Set.of(Ability.TOOLS),
            List.of("a-1"),
            List.of("needs a key"),
            JsonSchema.of(Acme.class));

    private final ProviderRegistry registry = ProviderRegistry.empty()
            .with(
                    INFO,
                    Acme.class,
                    config -> ScriptedProvider.of(ModelInfo.of("acme", config.toString()), reply("Hi")));

    private String made(Provider provider) {
        return provider.info().model();
    }

    @Test
    void aProviderIsMadeOfJson() {
        Json config = Json.object("model", "a-1").with("retries", 3).with("region", "ASIA");

        assertThat(made(registry.create("acme", config)))
                .isEqualTo("Acme[model=a-1, key=Optional.empty, retries=Optional[3], fast=Optional.empty,"
                        + " region=Optional[ASIA], headers=Optional.empty]");
    }

    @Test
    void propertiesAreTextsThatBecomeWhatIsWanted() {
        Properties properties = new Properties();
        properties.setProperty("model", "1");
        properties.setProperty("retries", "3");
        properties.setProperty("fast", "true");
        properties.setProperty("region", "asia");
        properties.setProperty("headers.X-Team", "search");

        assertThat(made(registry.create("acme", properties)))
                .isEqualTo("Acme[model=1, key=Optional.empty, retries=Optional[3], fast=Optional[true],"
                        + " region=Optional[ASIA], headers=Optional[{X-Team=search}]]");
    }

    @Test
    void propertiesMayHaveAPrefix() {
        Properties properties = new Properties();
        properties.setProperty("models.big.model", "a-1");
        properties.setProperty("models.bigger.model", "a-2");

        assertThat(made(registry.create("acme", Config.of(properties, "models.big"))))
                .startsWith("Acme[model=a-1,");
    }

    @Test
    void environmentVariablesAreNamedAfterTheMembers() {
        Map<String, String> env = Map.of(
                "ACME_MODEL", "a-1",
                "ACME_RETRIES", "2",
                "ACME_KEY", "",
                "ACME_HEADERS", "{\"X-Team\":\"search\"}",
                "ACME_OF_ANOTHER_PROGRAM", "x");

        assertThat(made(registry.createFromEnv("acme", env)))
                .isEqualTo("Acme[model=a-1, key=Optional.empty, retries=Optional[2], fast=Optional.empty,"
                        + " region=Optional.empty, headers=Optional[{X-Team=search}]]");
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnceWithItsPath() {
        Json config = Json.object("modell", "a-1")
                .with("retries", SECRET)
                .with("region", SECRET)
                .with("headers", Json.object("X", 7));

        assertThatThrownBy(() -> registry.create("acme", config))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.problems())
                                .extracting(Problem::pointer)
                                .contains("/modell", "/retries", "/region", "/headers/X", ""))
                .hasMessageStartingWith("provider \"acme\" cannot be configured: ")
                .hasMessageContaining("$.retries: expected integer or null, got string")
                .hasMessageContaining("$.headers.X: expected string, got number")
                .message()
                .doesNotContain(SECRET);
    }

    @Test
    void aSecretInTheWrongPlaceIsNotShown() {
        for (Json config : List.of(
                Json.object("model", Json.array(SECRET)),
                Json.object("model", "a").with("key", Json.object("value", SECRET)),
                Json.object("model", "a").with("fast", SECRET),
                Json.array(SECRET),
                Json.of(SECRET))) {
            assertThatThrownBy(() -> registry.create("acme", config))
                    .isInstanceOf(ConfigException.class)
                    .asString()
                    .doesNotContain(SECRET);
        }
        assertThat(Config.of(Json.object("key", SECRET))).hasToString("Config[key]");
    }

    @Test
    void whatIsWrongWithAPropertyOrAVariableIsNamed() {
        Properties properties = new Properties();
        properties.setProperty("models.big.model", "a-1");
        properties.setProperty("models.big.retries", "three");

        assertThatThrownBy(() -> registry.create("acme", Config.of(properties, "models.big")))
                .hasMessage("provider \"acme\" cannot be configured: property models.big.retries: $.retries: expected"
                        + " integer or null, got string");
        assertThatThrownBy(() -> registry.createFromEnv("acme", Map.of("ACME_MODEL", "m", "ACME_FAST", "perhaps")))
                .hasMessage("provider \"acme\" cannot be configured: environment variable ACME_FAST: $.fast: expected"
                        + " boolean or null, got string");
        assertThatThrownBy(() -> registry.createFromEnv("acme", Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("environment variables ACME_*: $: ")
                .hasMessageContaining("model");
    }

    @Test
    void anUnknownPropertyIsNotDropped() {
        Properties properties = new Properties();
        properties.setProperty("model", "a-1");
        properties.setProperty("retrys", "3");

        assertThatThrownBy(() -> registry.create("acme", properties))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("property retrys: $.retrys: no such member is known");
    }

    @Test
    void aPropertyThatIsAValueAndAnObjectIsRefused() {
        for (List<String> names : List.of(List.of("a", "a.b"), List.of("a..b"), List.of("."))) {
            Properties properties = new Properties();
            names.forEach(name -> properties.setProperty(name, SECRET));

            assertThatThrownBy(() -> Config.of(properties))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("property ")
                    .asString()
                    .doesNotContain(SECRET);
        }
    }

    @Test
    void referencesToVariablesAreResolved() {
        Config config = Config.of(Json.object("model", "${MODEL:-a-1}")
                        .with("key", "Bearer ${KEY}")
                        .with("headers", Json.object("X", "$${KEY} costs $5")))
                .resolved(Map.of("KEY", "${MODEL}" + SECRET, "MODEL", ""));

        assertThat(config.values())
                .isEqualTo(Json.object("model", "a-1")
                        .with("key", "Bearer ${MODEL}" + SECRET)
                        .with("headers", Json.object("X", "${KEY} costs $5")));
    }

    @Test
    void aVariableThatIsNotSetIsNamedWithItsPlace() {
        Config config =
                Config.of(Json.object("a", Json.array("x", "${ONE}")).with("b", "${TWO}"), pointer -> "file" + pointer);

        assertThatThrownBy(() -> config.resolved(Map.of("TWO", "")))
                .hasMessage("this cannot be configured: file/a/1: $.a[1]: the environment variable ONE is not set;"
                        + " file/b: $.b: the environment variable TWO is not set");
    }

    @Test
    void aPartOfAConfigurationKnowsWhereItWasWritten() {
        Config all = Config.of(
                Json.object("models", Json.object("a/b", Json.object("model", 7))), pointer -> "at " + pointer);
        Config one = all.at("models").orElseThrow().at("a/b").orElseThrow();

        assertThatThrownBy(() -> registry.create("acme", one))
                .hasMessage(
                        "provider \"acme\" cannot be configured: at /models/a~1b/model: $.model: expected string, got"
                                + " number");
        assertThat(all.at("nothing")).isEmpty();
        assertThat(one.at("model")).isEmpty();
    }

    @Test
    void aNameThatNobodyHasIsAnsweredWithThoseThereAre() {
        assertThatThrownBy(() -> registry.create("acne", Json.object().build()))
                .hasMessage("no provider is named \"acne\"; there are acme");
        assertThatThrownBy(() -> ProviderRegistry.empty().factory("acme"))
                .hasMessage("no provider is named \"acme\"; there are none: is tenon-providers on the class path?");
    }

    // Found by ServiceLoader

    private static final AtomicInteger MADE = new AtomicInteger();

    @ProvidesModels(
            name = "counted",
            about = "counts how often it is made",
            config = Acme.class,
            abilities = Ability.TOOLS,
            models = "m",
            constraints = "none")
    public static final class Counted implements ProviderFactory<Acme> {
        public Counted() {
            MADE.incrementAndGet();
        }

        @Override
        public Provider create(Acme config) {
            return ScriptedProvider.of(ModelInfo.of("counted", config.model()));
        }
    }

    public static final class Nameless implements ProviderFactory<Acme> {
        @Override
        public Provider create(Acme config) {
            throw new AssertionError("never");
        }
    }

    private static ProviderRegistry discovered(Path folder, String... lines) throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.write(services.resolve(ProviderFactory.class.getName()), List.of(lines));
        URL[] here = {folder.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(here, ProviderRegistryTest.class.getClassLoader())) {
            return ProviderRegistry.discover(loader);
        }
    }

    @Test
    void factoriesAreKnownBeforeTheyAreMade(@TempDir Path folder) throws Exception {
        int before = MADE.get();
        ProviderRegistry found = discovered(folder, Counted.class.getName());

        assertThat(found.factory("counted"))
                .isEqualTo(new FactoryInfo(
                        "counted",
                        "counts how often it is made",
                        Set.of(Ability.TOOLS),
                        List.of("m"),
                        List.of("none"),
                        JsonSchema.of(Acme.class)));
        assertThat(MADE).hasValue(before);
        assertThat(found.create("counted", Json.object("model", "x")).info().model())
                .isEqualTo("x");
        assertThat(MADE).hasValue(before + 1);
    }

    @Test
    void whatCannotBeLoadedIsLeftOut(@TempDir Path folder) throws Exception {
        ProviderRegistry found =
                discovered(folder, "no.such.Factory", Nameless.class.getName(), Counted.class.getName());

        assertThat(found.factories()).extracting(FactoryInfo::name).contains("counted");
        assertThatThrownBy(() -> found.factory("nameless")).isInstanceOf(IllegalArgumentException.class);
    }
}
