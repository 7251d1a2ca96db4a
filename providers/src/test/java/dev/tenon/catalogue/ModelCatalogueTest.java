package dev.tenon.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.anthropic.Anthropic;
import dev.tenon.bedrock.Bedrock;
import dev.tenon.cohere.Cohere;
import dev.tenon.gemini.Gemini;
import dev.tenon.json.Json;
import dev.tenon.ollama.Ollama;
import dev.tenon.openai.Dialect;
import dev.tenon.openai.OpenAi;
import dev.tenon.provider.ConfigException;
import dev.tenon.provider.Cost;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelInfo.Ability;
import dev.tenon.provider.Price;
import dev.tenon.provider.Provider;
import dev.tenon.provider.Usage;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCatalogueTest {
    private static final Json DOCUMENT = Json.parse("""
        {"date": "2026-05-01", "models": [
          {"provider": "acme", "model": "a-1", "window": 1000, "max_output": 100, "abilities": ["TOOLS"],
           "price": {"input": 3, "output": 15, "cache_read": 0.3, "cache_write": 3.75}},
          {"provider": "acme", "model": "a-2"}]}\
        """);

    private final ModelCatalogue bundled = ModelCatalogue.bundled();

    @Test
    void theBundledOneHasADateAndFiguresThatMakeSense() {
        assertThat(bundled.date()).isAfter(LocalDate.of(2026, 1, 1));
        assertThat(bundled.models()).hasSizeGreaterThan(20).allSatisfy(model -> {
            // Where either is known.
            assertThat(model.window() == 0 ? Long.MAX_VALUE : model.window()).isGreaterThanOrEqualTo(model.maxOutput());
            for (Price price : model.price()) {
                boolean embeds = price.output().signum() == 0;
                assertThat(price.input()).isPositive();
                if (!embeds) assertThat(price.input()).isLessThanOrEqualTo(price.output());
                assertThat(embeds ? model.abilities() : Set.of()).isEmpty();
                assertThat(price.cacheRead()).isPositive().isLessThanOrEqualTo(price.input());
                assertThat(price.cacheWrite()).isGreaterThanOrEqualTo(price.input());
            }
        });
    }

    @Test
    void aVersionOfAModelIsFoundByTheModel() {
        for (String name : List.of("gpt-5", "gpt-5-2025-08-07")) {
            assertThat(bundled.find("openai", name).orElseThrow().window()).isEqualTo(400_000);
            assertThat(bundled.find("openai", name).orElseThrow().model()).isEqualTo(name);
        }
        assertThat(bundled.find("anthropic", "claude-sonnet-4-5-20250929")
                        .orElseThrow()
                        .maxOutput())
                .isEqualTo(64_000);
        assertThat(bundled.find("openai", "gpt-5-nonsense")).isEmpty();
        assertThat(bundled.find("acme", "gpt-5")).isEmpty();
    }

    @Test
    void theCostIsExact() {
        ModelInfo model = ModelCatalogue.of(DOCUMENT).find("acme", "a-1").orElseThrow();
        Usage usage = new Usage(1_000_001, 7, 400_000, 100_000, 3, 0, Map.of(), Map.of());

        // 500,001 plain at 3, 400,000 read at 0.3, 100,000 written at 3.75 and 7 out at 15, per million.
        assertThat(model.cost(usage)).isEqualTo(new Cost(new BigDecimal("1.995108"), 0));
    }

    @Test
    void anUnknownPriceIsUnknownAndNotZero() {
        ModelCatalogue catalogue = ModelCatalogue.of(DOCUMENT);

        assertThat(catalogue.find("acme", "a-2").orElseThrow().cost(Usage.of(1, 1)))
                .isEqualTo(Cost.UNKNOWN)
                .hasToString("unknown");
        assertThat(catalogue.info("acme", "a-3", Set.of(Ability.TOOLS)))
                .isEqualTo(new ModelInfo("acme", "a-3", 0, 0, Set.of(Ability.TOOLS), List.of()));
        assertThat(catalogue.info("acme", "a-3", Set.of()).cost(Usage.of(1, 1))).isEqualTo(Cost.UNKNOWN);
        assertThat(bundled.find("gemini", "gemini-2.5-pro").orElseThrow().price())
                .isEmpty();
    }

    @Test
    void everyBundledFigureHasASourceWithADate() throws Exception {
        Json document = Json.parse(
                ModelCatalogue.class.getResourceAsStream("models.json").readAllBytes());
        Json.Obj sources = document.at("/sources").orElseThrow().asObj();
        Set<String> named = new java.util.HashSet<>();
        for (Json model : document.at("/models").orElseThrow().asArr()) {
            Json source = model.at("/source").orElse(Json.Arr.EMPTY);
            assertThat(source.asArr()).as(model.toString()).isNotEmpty();
            source.asArr().forEach(one -> named.add(one.asString()));
        }
        assertThat(sources.members().keySet()).isEqualTo(named);
        sources.forEach((name, source) -> assertThat(source.at("/url")).as(name).isPresent());
    }

    @Test
    void modelsOfEveryHostAreInIt() {
        for (String host : List.of("openai", "anthropic", "gemini", "mistral", "cohere", "bedrock", "ollama")) {
            assertThat(bundled.models())
                    .as(host)
                    .anyMatch(model -> model.provider().equals(host));
        }
        OpenAi mistral = OpenAi.connect(Dialect.MISTRAL).key("k").build();
        assertThat(mistral.model("mistral-large-2512").info().cost(Usage.of(1_000_000, 1_000_000)))
                .hasToString("US$ 2");
        assertThat(mistral.embeddings("mistral-embed").info().cost(Usage.of(1_000_000, 0)))
                .hasToString("US$ 0.1");
        assertThat(Gemini.connect()
                        .key("k")
                        .build()
                        .embeddings("gemini-embedding-001")
                        .info()
                        .cost(Usage.of(1_000_000, 0)))
                .hasToString("US$ 0.15");
        Bedrock bedrock = Bedrock.connect("eu-central-1").key("k").build();
        String claude = "anthropic.claude-sonnet-4-5-20250929-v1:0";
        assertThat(bedrock.model("eu." + claude).info().cost(Usage.of(1_000_000, 0)))
                .hasToString("US$ 3.3");
        assertThat(bedrock.model("global." + claude).info().cost(Usage.of(1_000_000, 0)))
                .hasToString("US$ 3");
        assertThat(bedrock.model(claude).info().cost(Usage.of(1_000_000, 0))).isEqualTo(Cost.UNKNOWN);
        assertThat(Cohere.connect()
                        .key("k")
                        .build()
                        .embeddings("embed-v4.0")
                        .info()
                        .window())
                .isEqualTo(128_000);
        Ollama ollama = Ollama.connect().build();
        assertThat(ollama.model("qwen3:8b").info().can(Ability.IMAGE_INPUT)).isFalse();
        assertThat(ollama.model("qwen3-vl:8b").info().can(Ability.IMAGE_INPUT)).isTrue();
        assertThat(ollama.model("qwen3").info().cost(Usage.of(1, 1))).isEqualTo(Cost.UNKNOWN);
    }

    @Test
    void atAnotherAddressNoPriceIsTaken() {
        assertThat(OpenAi.connect(Dialect.OPENAI)
                        .baseUrl("https://gateway.example/v1")
                        .build()
                        .model("gpt-5")
                        .info()
                        .price())
                .isEmpty();
        assertThat(Cohere.connect("https://gateway.example/v2")
                        .build()
                        .model("command-a-03-2025")
                        .info()
                        .price())
                .isEmpty();
        assertThat(Bedrock.connect("us-east-1")
                        .baseUrl("https://gateway.example")
                        .key("k")
                        .build()
                        .model("us.amazon.nova-pro-v1:0")
                        .info()
                        .price())
                .isEmpty();
    }

    @Test
    void whatIsChargedForBesideTheTokensIsPricedByThePiece() {
        Price price = Price.perMillion("3", "15").with("searches", "10000").with(Usage.CACHE_WRITE_HOUR, "6");
        ModelInfo model = ModelInfo.of("acme", "a").withPrice(price);
        Usage cached = new Usage(
                100, 0, 0, 100, 0, 0, Map.of(), Map.of(Usage.CHARGED, Json.object(Usage.CACHE_WRITE_HOUR, 40)));
        Usage searched = new Usage(
                0,
                0,
                0,
                0,
                0,
                0,
                Map.of(),
                Map.of(Usage.CHARGED, Json.object("searches", 3).with("maps", 0)));
        Usage more = new Usage(
                0,
                0,
                0,
                0,
                0,
                0,
                Map.of(),
                Map.of(Usage.CHARGED, Json.object("searches", 3).with("maps", 1)));
        Usage billed = new Usage(
                1_645,
                33,
                1_600,
                0,
                0,
                0,
                Map.of(),
                Map.of(Usage.BILLED, Json.object("input_tokens", 135).with("output_tokens", 21)));

        // 60 for five minutes at 3 and 40 for an hour at 6, per million.
        assertThat(model.cost(cached)).hasToString("US$ 0.00042");
        assertThat(model.cost(searched)).hasToString("US$ 0.03");
        assertThat(model.cost(more)).hasToString("at least US$ 0.03");
        // 135 at 3 and 21 at 15.
        assertThat(model.cost(billed)).hasToString("US$ 0.00072");
    }

    @Test
    void aSourceThatIsNotListedIsRefused() {
        Json model = Json.object("provider", "acme").with("model", "a").with("source", Json.array("hearsay"));
        assertThatThrownBy(() ->
                        ModelCatalogue.of(Json.object("date", "2026-05-01").with("models", Json.array(model))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("acme/a names a source that is not listed: \"hearsay\"");
    }

    @Test
    void modelsOfEveryFormatKnowWhatIsInIt() {
        ModelInfo opus =
                Anthropic.connect().key("k").build().model("claude-opus-4-5").info();
        assertThat(opus.maxOutput()).isEqualTo(64_000);
        assertThat(opus.can(Ability.JSON_SCHEMA)).isTrue();
        // 10 plain at 5, 20 read at 0.5, 30 written at 6.25 and 40 out at 25, per million.
        assertThat(opus.cost(new Usage(60, 40, 20, 30, 0, 0, Map.of(), Map.of())))
                .hasToString("US$ 0.0012475");
        assertThat(Anthropic.connect("https://gateway.example")
                        .build()
                        .model("claude-opus-4-5")
                        .info()
                        .price())
                .as("another host has other prices")
                .isEmpty();
        assertThat(Gemini.connect()
                        .key("k")
                        .build()
                        .model("gemini-2.5-flash")
                        .info()
                        .cost(Usage.of(1, 1)))
                .isEqualTo(Cost.UNKNOWN);
        Provider own = Anthropic.connect("https://gateway.example")
                .catalogue(
                        ModelCatalogue.EMPTY.with(ModelInfo.of("anthropic", "m").withPrice(Price.perMillion("1", "2"))))
                .build()
                .model("m");
        assertThat(own.info().cost(Usage.of(0, 1_000_000))).hasToString("US$ 2");
    }

    @Test
    void itCanBeExtended() {
        // @start region="extend"
        ModelCatalogue catalogue = ModelCatalogue.bundled()
                .with(ModelInfo.of("openai", "gpt-5").withPrice(Price.perMillion("1.00", "8.00")))
                .with(ModelInfo.of("openai", "acme-tuned").withPrice(Price.perMillion("2.50", "10.00")));
        Provider model = OpenAi.connect(Dialect.OPENAI)
                .key("…")
                .catalogue(catalogue)
                .build()
                .model("acme-tuned");
        // @end

        assertThat(model.info().cost(Usage.of(1_000_000, 0))).hasToString("US$ 2.5");
        assertThat(model.info().can(Ability.TOOLS)).isTrue();
        assertThat(catalogue.find("openai", "gpt-5").orElseThrow().cost(Usage.of(0, 1)))
                .hasToString("US$ 0.000008");
        assertThat(catalogue.models()).hasSize(bundled.models().size() + 1);
    }

    @Test
    void itCanBeJoinedWithAnother() {
        ModelCatalogue own = ModelCatalogue.of(DOCUMENT);

        assertThat(bundled.and(own).find("acme", "a-1")).isPresent();
        assertThat(bundled.and(own).date()).isEqualTo(bundled.date());
        assertThat(own.and(bundled).date()).isEqualTo(bundled.date());
        assertThat(ModelCatalogue.EMPTY.and(own)).hasToString("ModelCatalogue[2 models, 2026-05-01]");
    }

    @Test
    void modelsOfTheFormatsKnowWhatIsInIt() {
        OpenAi openai = OpenAi.connect(Dialect.OPENAI).key("k").build();

        assertThat(openai.model("gpt-4.1").info().maxOutput()).isEqualTo(32_768);
        assertThat(openai.model("gpt-4o").info().cost(Usage.of(1_000_000, 0))).hasToString("US$ 2.5");
        assertThat(openai.model("of-tomorrow").info().price()).isEmpty();
        assertThat(OpenAi.connect("http://127.0.0.1:1/v1")
                        .build()
                        .model("gpt-4o")
                        .info()
                        .price())
                .as("another host has other prices")
                .isEmpty();
    }

    @Test
    void aFileIsReadAndWhatIsWrongInItIsNamed(@TempDir Path folder) throws Exception {
        Path good = Files.writeString(folder.resolve("good.json"), DOCUMENT.toString());
        assertThat(ModelCatalogue.read(good).models()).hasSize(2);

        Path bad = Files.writeString(
                folder.resolve("bad.json"),
                "{\"date\": \"2026-05-01\", \"models\": [{\"provider\": \"acme\", \"model\": \"a\", \"price\":"
                        + " {\"input\": 3}}]}");
        assertThatThrownBy(() -> ModelCatalogue.read(bad))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(bad + ": $.models[0].price: ")
                .hasMessageContaining("output");
    }

    @Test
    void aModelThatIsListedTwiceIsRefused() {
        Json twice = Json.parse(
                "{\"date\": \"2026-05-01\", \"models\": [{\"provider\": \"a\", \"model\": \"b\"}, {\"provider\":"
                        + " \"a\", \"model\": \"b\"}]}");

        assertThatThrownBy(() -> ModelCatalogue.of(twice)).hasMessage("a model is listed twice: a/b");
        assertThatThrownBy(() -> ModelCatalogue.of(Json.NULL)).isInstanceOf(ConfigException.class);
    }
}
