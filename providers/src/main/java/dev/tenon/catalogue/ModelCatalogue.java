package dev.tenon.catalogue;

import dev.tenon.json.Json;
import dev.tenon.provider.Config;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelInfo.Ability;
import dev.tenon.provider.Price;
import dev.tenon.provider.Usage;
import dev.tenon.schema.JsonSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Windows, limits, abilities and prices of models, as their vendors published them at a date. Immutable, thread-safe.
 *
 * <p>Prices change, and models come without this library being released: extend the bundled one, or read one of your own, and give it to the connection.
 *
 * {@snippet file="dev/tenon/catalogue/ModelCatalogueTest.java" region="extend"}
 *
 * <p>What is not known is not guessed: a model that is not listed has no window and no price, and its cost is {@link dev.tenon.provider.Cost#UNKNOWN}, never
 * zero.
 */
public final class ModelCatalogue {
    /** A catalogue of nothing. */
    public static final ModelCatalogue EMPTY = new ModelCatalogue(LocalDate.EPOCH, Map.of());

    /** What vendors put behind a model's name for one version of it: {@code -2025-08-07}, {@code -20250929}, {@code -latest}, and Ollama's tags: {@code :8b}. */
    private static final Pattern VERSION = Pattern.compile("(-(20\\d{2}-\\d{2}-\\d{2}|20\\d{6}|latest)|:[\\w.-]+)$");

    /** A price is the first four figures or none: one that is known in part would be wrong in silence. Whether the others cover what was charged is asked each time. */
    private static final JsonSchema SCHEMA = JsonSchema.parse("""
        {"type": "object", "required": ["date", "models"], "additionalProperties": false, "properties": {
          "date": {"type": "string", "format": "date"},
          "about": {"type": "array", "items": {"type": "string"}},
          "sources": {"type": "object", "additionalProperties": {"type": "object", "required": ["url", "date"],
            "additionalProperties": false, "properties": {
              "url": {"type": "string", "minLength": 1}, "date": {"type": "string", "format": "date"}}}},
          "models": {"type": "array", "items":
            {"type": "object", "required": ["provider", "model"], "additionalProperties": false, "properties": {
              "provider": {"type": "string", "minLength": 1},
              "model": {"type": "string", "minLength": 1},
              "source": {"type": "array", "items": {"type": "string"}, "minItems": 1},
              "window": {"type": "integer", "minimum": 1},
              "max_output": {"type": "integer", "minimum": 1},
              "abilities": {"type": "array", "items": {"enum":
                ["JSON_SCHEMA", "TOOLS", "IMAGE_INPUT", "AUDIO_INPUT", "DOCUMENT_INPUT", "THINKING"]}},
              "price": {"type": "object", "required": ["input", "output", "cache_read", "cache_write"],
                "additionalProperties": false, "properties": {
                  "input": {"$ref": "#/$defs/usd"}, "output": {"$ref": "#/$defs/usd"},
                  "cache_read": {"$ref": "#/$defs/usd"}, "cache_write": {"$ref": "#/$defs/usd"},
                  "cache_write_1h": {"$ref": "#/$defs/usd"},
                  "others": {"type": "object", "additionalProperties": {"$ref": "#/$defs/usd"}}}}}}}},
         "$defs": {"usd": {"type": "number", "minimum": 0}}}\
        """);

    private final LocalDate date;
    private final Map<String, ModelInfo> models;

    private ModelCatalogue(LocalDate date, Map<String, ModelInfo> models) {
        this.date = date;
        this.models = Collections.unmodifiableMap(models);
    }

    /** The one that comes with this library. */
    public static ModelCatalogue bundled() {
        return Bundled.CATALOGUE;
    }

    /** Read when it is first wanted. */
    private static final class Bundled {
        static final ModelCatalogue CATALOGUE = read();

        private Bundled() {}

        private static ModelCatalogue read() {
            try (InputStream file = ModelCatalogue.class.getResourceAsStream("models.json")) {
                return parse(
                        Json.parse(Objects.requireNonNull(file, "models.json").readAllBytes()), "models.json");
            } catch (IOException e) {
                throw new UncheckedIOException("models.json cannot be read", e);
            }
        }
    }

    /**
     * One of a file, in JSON: {@code {"date": "2026-11-25", "models": [{"provider": "acme", "model": "a-1", "window": 200000, "max_output": 32000, "abilities":
     * ["TOOLS"], "price": {"input": 3, "output": 15, "cache_read": 0.3, "cache_write": 3.75}}]}}. Prices are US$ per million tokens;
     * {@code cache_write_1h} is that of what the cache keeps for an hour, and {@code others} has those of what {@link Usage#charged()} names, per million too. A
     * model may say where its
     * figures are from: {@code "source": ["pricing"]}, of {@code "sources": {"pricing": {"url": "https://acme.example/prices", "date": "2026-11-20"}}}.
     *
     * @throws dev.tenon.provider.ConfigException where it is something else, with the path of everything that is wrong
     * @throws dev.tenon.json.JsonException where it is no JSON
     */
    public static ModelCatalogue read(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        return parse(Json.parse(Files.readAllBytes(file)), file.toString());
    }

    /** As {@link #read}, of what was read already. */
    public static ModelCatalogue of(Json document) {
        Objects.requireNonNull(document, "document");
        return parse(document, "");
    }

    private static ModelCatalogue parse(Json document, String source) {
        Config config = document instanceof Json.Obj object ? Config.of(object, place -> source) : Config.of(document);
        Json.Obj read = config.fitting(SCHEMA, "a model catalogue").asObj();
        Map<String, ModelInfo> models = new LinkedHashMap<>();
        Json.Obj sources = read.get("sources").map(Json::asObj).orElse(Json.Obj.EMPTY);
        for (Json model : member(read, "models").asArr()) {
            ModelInfo info = info(model.asObj());
            for (Json named : model.asObj().get("source").map(Json::asArr).orElse(Json.Arr.EMPTY)) {
                if (!sources.has(named.asString())) {
                    throw new IllegalArgumentException(
                            info.name() + " names a source that is not listed: \"" + named.asString() + "\"");
                }
            }
            if (models.put(key(info.provider(), info.model()), info) != null) {
                throw new IllegalArgumentException("a model is listed twice: " + info.name());
            }
        }
        return new ModelCatalogue(LocalDate.parse(member(read, "date").asString()), models);
    }

    private static ModelInfo info(Json.Obj model) {
        Set<Ability> abilities = EnumSet.noneOf(Ability.class);
        for (Json ability : model.get("abilities").map(Json::asArr).orElse(Json.Arr.EMPTY)) {
            abilities.add(Ability.valueOf(ability.asString()));
        }
        return new ModelInfo(
                member(model, "provider").asString(),
                member(model, "model").asString(),
                model.get("window").map(Json::asLong).orElse(0L),
                model.get("max_output").map(Json::asLong).orElse(0L),
                abilities,
                model.get("price")
                        .map(Json::asObj)
                        .map(ModelCatalogue::price)
                        .map(List::of)
                        .orElse(List.of()));
    }

    private static Price price(Json.Obj figures) {
        Map<String, BigDecimal> others = new LinkedHashMap<>();
        if (figures.has(Usage.CACHE_WRITE_HOUR)) {
            others.put(Usage.CACHE_WRITE_HOUR, figure(figures, Usage.CACHE_WRITE_HOUR));
        }
        if (figures.get("others").orElse(Json.NULL) instanceof Json.Obj named) {
            named.forEach((name, price) -> others.put(name, figure(named, name)));
        }
        return new Price(
                figure(figures, "input"),
                figure(figures, "output"),
                figure(figures, "cache_read"),
                figure(figures, "cache_write"),
                others);
    }

    private static BigDecimal figure(Json.Obj figures, String name) {
        return ((Json.Num) member(figures, name)).value();
    }

    /** Only of what the schema requires. */
    private static Json member(Json.Obj object, String name) {
        return object.get(name).orElseThrow();
    }

    /** When the figures were looked up; of a joined catalogue the later date. */
    public LocalDate date() {
        return date;
    }

    /** All models, in the order of the file. */
    public Collection<ModelInfo> models() {
        return models.values();
    }

    /**
     * What is known of a model, under the name that was asked for. {@code gpt-5-2025-08-07} is found as {@code gpt-5}, and Ollama's {@code qwen3:8b} as
     * {@code qwen3}, where it is not listed itself.
     *
     * @param provider {@link ModelInfo#provider()}, for example {@code openai}
     */
    public Optional<ModelInfo> find(String provider, String model) {
        Objects.requireNonNull(provider, "provider");
        Objects.requireNonNull(model, "model");
        ModelInfo known = models.get(key(provider, model));
        if (known == null) {
            known = models.get(key(provider, VERSION.matcher(model).replaceFirst("")));
        }
        return Optional.ofNullable(known)
                .map(it -> new ModelInfo(provider, model, it.window(), it.maxOutput(), it.abilities(), it.price()));
    }

    /** As {@link #find}; of a model that is not listed only its name and these abilities are known. */
    public ModelInfo info(String provider, String model, Set<Ability> otherwise) {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(otherwise, "otherwise");
        ModelInfo known = find(provider, model).orElseGet(() -> ModelInfo.of(provider, model));
        return known.abilities().isEmpty()
                ? new ModelInfo(provider, model, known.window(), known.maxOutput(), otherwise, known.price())
                : known;
    }

    /** A copy with this model; it takes the place of the one with its name. */
    public ModelCatalogue with(ModelInfo model) {
        Objects.requireNonNull(model, "model");
        Map<String, ModelInfo> copy = new LinkedHashMap<>(models);
        copy.put(key(model.provider(), model.model()), model);
        return new ModelCatalogue(date, copy);
    }

    /** The models of both; where both have one, the other's. */
    public ModelCatalogue and(ModelCatalogue other) {
        Objects.requireNonNull(other, "other");
        Map<String, ModelInfo> copy = new LinkedHashMap<>(models);
        copy.putAll(other.models);
        return new ModelCatalogue(date.isAfter(other.date) ? date : other.date, copy);
    }

    private static String key(String provider, String model) {
        return provider + "/" + model;
    }

    @Override
    public String toString() {
        return "ModelCatalogue[" + models.size() + " models, " + date + "]";
    }
}
