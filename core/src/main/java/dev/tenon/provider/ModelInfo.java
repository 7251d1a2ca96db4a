package dev.tenon.provider;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What is known of a model. Immutable.
 *
 * @param provider who answers, for example {@code openai}; empty where it is not known
 * @param model the model's name; empty where it is not known
 * @param window tokens of input and output together; 0 where it is not known
 * @param maxOutput tokens of one reply at most; 0 where it is not known
 * @param price at most one; none where it is not known
 */
public record ModelInfo(
        String provider, String model, long window, long maxOutput, Set<Ability> abilities, List<Price> price) {
    /** Nothing is known. */
    public static final ModelInfo UNKNOWN = new ModelInfo("", "", 0, 0, Set.of(), List.of());

    /** What a model can do. */
    public enum Ability {
        /** Answers by a JSON Schema that the provider enforces. */
        JSON_SCHEMA,
        /** Calls tools. */
        TOOLS,
        /** Sees images. */
        IMAGE_INPUT,
        /** Hears audio. */
        AUDIO_INPUT,
        /** Reads documents. */
        DOCUMENT_INPUT,
        /** Thinks before it answers. */
        THINKING
    }

    public ModelInfo {
        provider = provider == null ? "" : provider;
        model = model == null ? "" : model;
        abilities = abilities == null || abilities.isEmpty()
                ? Set.of()
                : Collections.unmodifiableSet(EnumSet.copyOf(abilities));
        price = price == null ? List.of() : List.copyOf(price);
        if (price.size() > 1) {
            throw new IllegalArgumentException("a model has at most one price, got " + price.size());
        }
    }

    /** A model of which only the name is known. */
    public static ModelInfo of(String provider, String model) {
        Objects.requireNonNull(provider, "provider");
        Objects.requireNonNull(model, "model");
        return new ModelInfo(provider, model, 0, 0, Set.of(), List.of());
    }

    /** What notices call it: {@code openai/gpt-5}, the model alone where its provider is not known, {@code a model without a name} where neither is. */
    public String name() {
        return model.isEmpty() ? "a model without a name" : provider.isEmpty() ? model : provider + "/" + model;
    }

    /** A copy with these abilities. */
    public ModelInfo withAbilities(Ability first, Ability... more) {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(more, "more");
        return new ModelInfo(provider, model, window, maxOutput, EnumSet.of(first, more), price);
    }

    /** A copy with this price. */
    public ModelInfo withPrice(Price newPrice) {
        Objects.requireNonNull(newPrice, "newPrice");
        return new ModelInfo(provider, model, window, maxOutput, abilities, List.of(newPrice));
    }

    /** What this usage costs; unknown where the price or the usage is, and a lower bound where the price does not {@linkplain Price#covers cover} it. */
    public Cost cost(Usage usage) {
        Objects.requireNonNull(usage, "usage");
        return price.isEmpty() || usage.unreported() > 0
                ? Cost.UNKNOWN
                : new Cost(price.get(0).of(usage), price.get(0).covers(usage) ? 0 : 1);
    }

    /** Whether the model has this ability, as far as is known. */
    public boolean can(Ability ability) {
        Objects.requireNonNull(ability, "ability");
        return abilities.contains(ability);
    }
}
