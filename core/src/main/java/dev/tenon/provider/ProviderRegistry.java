package dev.tenon.provider;

import dev.tenon.json.Json;
import dev.tenon.schema.SchemaException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/**
 * Makes providers by name from configuration: {@code ProviderRegistry.discover().create("openai", config)}. Immutable, thread-safe.
 *
 * <p>Factories are known by what {@link ProvidesModels} says of them; none is made before a provider of its kind is.
 */
public final class ProviderRegistry {
    private static final ProviderRegistry EMPTY = new ProviderRegistry(Map.of());

    private final Map<String, Entry> entries;

    private record Entry(
            FactoryInfo info, Function<Json, Provider> create, Function<Json, EmbeddingProvider> embeddings) {}

    private ProviderRegistry(Map<String, Entry> entries) {
        this.entries = Collections.unmodifiableMap(new TreeMap<>(entries));
    }

    /** A registry of nothing, for those who name their factories themselves. */
    public static ProviderRegistry empty() {
        return EMPTY;
    }

    /** All factories that {@link ServiceLoader} finds, by the class loader of the calling thread. */
    public static ProviderRegistry discover() {
        return discover(Thread.currentThread().getContextClassLoader());
    }

    /**
     * All factories that {@link ServiceLoader} finds by this class loader. One that cannot be loaded is left out, and named in the log.
     *
     * @throws IllegalStateException where two have the same name
     */
    public static ProviderRegistry discover(ClassLoader loader) {
        Objects.requireNonNull(loader, "loader");
        Map<String, Entry> found = new TreeMap<>();
        var services =
                ServiceLoader.load(ProviderFactory.class, loader).stream().iterator();
        while (true) {
            try {
                if (!services.hasNext()) {
                    return new ProviderRegistry(found);
                }
                ServiceLoader.Provider<? extends ProviderFactory<?>> service = typed(services.next());
                ProvidesModels said = service.type().getAnnotation(ProvidesModels.class);
                if (said == null) {
                    throw new ServiceConfigurationError(
                            service.type().getName() + " has no @ProvidesModels that says what it makes");
                }
                boolean embeds = EmbeddingFactory.class.isAssignableFrom(service.type());
                Entry entry = entry(FactoryInfo.of(said, embeds), said.config(), service);
                Entry other = found.put(said.name(), entry);
                if (other != null) {
                    throw new IllegalStateException("two factories are named \"" + said.name() + "\"; one of them is "
                            + service.type().getName());
                }
            } catch (ServiceConfigurationError | SchemaException e) {
                LoggerFactory.getLogger(ProviderRegistry.class)
                        .warn("a provider factory is left out: {}", e.toString());
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static ServiceLoader.Provider<? extends ProviderFactory<?>> typed(ServiceLoader.Provider<?> service) {
        return (ServiceLoader.Provider<? extends ProviderFactory<?>>) service;
    }

    @SuppressWarnings("unchecked")
    private static <C> Entry entry(FactoryInfo info, Class<C> config, Supplier<? extends ProviderFactory<?>> factory) {
        return new Entry(
                info,
                json -> ((ProviderFactory<C>) factory.get()).create(json.as(config)),
                json -> ((EmbeddingFactory<C>) factory.get()).createEmbeddings(json.as(config)));
    }

    /** A copy with a factory of the program's own; it takes the place of another of the same name. One that is an {@link EmbeddingFactory} makes embeddings. */
    public <C> ProviderRegistry with(FactoryInfo info, Class<C> config, ProviderFactory<C> factory) {
        Objects.requireNonNull(info, "info");
        Objects.requireNonNull(config, "config");
        Objects.requireNonNull(factory, "factory");
        Map<String, Entry> copy = new TreeMap<>(entries);
        FactoryInfo known = info.embedding(factory instanceof EmbeddingFactory<?>);
        copy.put(info.name(), entry(known, config, () -> factory));
        return new ProviderRegistry(copy);
    }

    /** What is known of all factories, by name. */
    public List<FactoryInfo> factories() {
        List<FactoryInfo> infos = new ArrayList<>();
        entries.values().forEach(entry -> infos.add(entry.info));
        return infos;
    }

    /**
     * What is known of one.
     *
     * @throws IllegalArgumentException where there is none of this name, with those there are
     */
    public FactoryInfo factory(String name) {
        return entry(name).info;
    }

    private Entry entry(String name) {
        Entry entry = entries.get(Objects.requireNonNull(name, "name"));
        if (entry == null) {
            throw new IllegalArgumentException("no provider is named \"" + name + "\"; "
                    + (entries.isEmpty()
                            ? "there are none: is tenon-providers on the class path?"
                            : "there are " + String.join(", ", entries.keySet())));
        }
        return entry;
    }

    /**
     * A provider.
     *
     * @throws ConfigException where the configuration does not fit the factory's schema, with the place of everything that is wrong
     * @throws IllegalArgumentException where there is no such factory, or it refuses a configuration that fits its schema
     */
    public Provider create(String name, Config config) {
        Objects.requireNonNull(config, "config");
        Entry entry = entry(name);
        return entry.create.apply(config.fitting(entry.info.config(), "provider \"" + name + "\""));
    }

    /** As {@link #create(String, Config)}, from a JSON object. */
    public Provider create(String name, Json config) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(config, "config");
        return create(name, Config.of(config));
    }

    /** As {@link #create(String, Config)}, from properties, see {@link Config#of(Properties)}. */
    public Provider create(String name, Properties config) {
        Objects.requireNonNull(config, "config");
        return create(name, Config.of(config));
    }

    /** As {@link #createFromEnv(String, Map)}, from the variables of this process. */
    public Provider createFromEnv(String name) {
        return createFromEnv(name, System.getenv());
    }

    /**
     * As {@link #create(String, Config)}, from environment variables: the member {@code api_key} of {@code openai} is {@code OPENAI_API_KEY}. Variables that the
     * schema does not know are left alone; objects and lists are written as JSON.
     */
    public Provider createFromEnv(String name, Map<String, String> env) {
        Objects.requireNonNull(env, "env");
        return create(name, Config.ofEnv(env, name, entry(name).info.config()));
    }

    /**
     * A model of embeddings, by the same configuration as {@link #create(String, Config)}.
     *
     * @throws ConfigException where the configuration does not fit the factory's schema, with the place of everything that is wrong
     * @throws IllegalArgumentException where there is no such factory, or it makes no embeddings, or it refuses a configuration that fits its schema
     */
    public EmbeddingProvider createEmbeddings(String name, Config config) {
        Objects.requireNonNull(config, "config");
        Entry entry = embedding(name);
        return entry.embeddings.apply(config.fitting(entry.info.config(), "provider \"" + name + "\""));
    }

    /** As {@link #createEmbeddings(String, Config)}, from a JSON object. */
    public EmbeddingProvider createEmbeddings(String name, Json config) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(config, "config");
        return createEmbeddings(name, Config.of(config));
    }

    /** As {@link #createEmbeddings(String, Config)}, from properties, see {@link Config#of(Properties)}. */
    public EmbeddingProvider createEmbeddings(String name, Properties config) {
        Objects.requireNonNull(config, "config");
        return createEmbeddings(name, Config.of(config));
    }

    /** As {@link #createEmbeddingsFromEnv(String, Map)}, from the variables of this process. */
    public EmbeddingProvider createEmbeddingsFromEnv(String name) {
        return createEmbeddingsFromEnv(name, System.getenv());
    }

    /** As {@link #createEmbeddings(String, Config)}, from environment variables as {@link #createFromEnv(String, Map)} has them. */
    public EmbeddingProvider createEmbeddingsFromEnv(String name, Map<String, String> env) {
        Objects.requireNonNull(env, "env");
        return createEmbeddings(
                name, Config.ofEnv(env, name, embedding(name).info.config()));
    }

    private Entry embedding(String name) {
        Entry entry = entry(name);
        if (!entry.info.embeddings()) {
            List<String> others = entries.values().stream()
                    .map(Entry::info)
                    .filter(FactoryInfo::embeddings)
                    .map(FactoryInfo::name)
                    .toList();
            throw new IllegalArgumentException("the provider \"" + name + "\" makes no embeddings; "
                    + (others.isEmpty() ? "none here does" : "those that do are " + String.join(", ", others)));
        }
        return entry;
    }

    @Override
    public String toString() {
        return "ProviderRegistry" + entries.keySet();
    }
}
