package dev.tenon.provider;

import dev.tenon.provider.ModelInfo.Ability;
import dev.tenon.schema.JsonSchema;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What is known of a {@link ProviderFactory}. Immutable.
 *
 * @param name how it is asked for, for example {@code openai}: lower-case letters, digits and hyphens
 * @param about what it is, in a line
 * @param abilities what its models can do, as far as the kind goes
 * @param models names of models that are known to work; others are not refused
 * @param constraints what it cannot do or needs, each in a line
 * @param config what a configuration must fit
 * @param embeddings whether it makes models of embeddings too, see {@link EmbeddingFactory}
 */
public record FactoryInfo(
        String name,
        String about,
        Set<Ability> abilities,
        List<String> models,
        List<String> constraints,
        JsonSchema config,
        boolean embeddings) {
    public FactoryInfo {
        if (!Objects.requireNonNull(name, "name").matches("[a-z0-9]+(-[a-z0-9]+)*")) {
            throw new IllegalArgumentException(
                    "expected a name of lower-case letters, digits and hyphens, got \"" + name + "\"");
        }
        about = about == null ? "" : about;
        abilities = abilities == null || abilities.isEmpty()
                ? Set.of()
                : Collections.unmodifiableSet(EnumSet.copyOf(abilities));
        models = models == null ? List.of() : List.copyOf(models);
        constraints = constraints == null ? List.of() : List.copyOf(constraints);
        Objects.requireNonNull(config, "config");
    }

    /** One that makes no embeddings. */
    public FactoryInfo(
            String name,
            String about,
            Set<Ability> abilities,
            List<String> models,
            List<String> constraints,
            JsonSchema config) {
        this(name, about, abilities, models, constraints, config, false);
    }

    static FactoryInfo of(ProvidesModels said, boolean embeddings) {
        return new FactoryInfo(
                said.name(),
                said.about(),
                Set.of(said.abilities()),
                List.of(said.models()),
                List.of(said.constraints()),
                JsonSchema.of(said.config()),
                embeddings);
    }

    /** A copy that says whether it makes embeddings. */
    FactoryInfo embedding(boolean makes) {
        return new FactoryInfo(name, about, abilities, models, constraints, config, makes);
    }
}
