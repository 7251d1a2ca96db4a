package dev.tenon.openai;

import dev.tenon.error.TenonException;
import dev.tenon.json.Json;
import dev.tenon.provider.TokenCounter;
import dev.tenon.tool.ToolSpec;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts tokens by the vocabularies of OpenAI's models. Thread-safe.
 *
 * <p>The vocabularies are those of {@code com.knuddels:jtokkit}, which a program adds itself if it wants them: 3 MB, and half a second to load, when the first text is counted. Messages count as OpenAI's
 * cookbook says ("How to count tokens with tiktoken", 2024); tools are counted as that page counts functions, their schemas to any depth.
 */
public final class OpenAiTokens implements TokenCounter {
    private static final String LIBRARY = "com.knuddels.jtokkit.Encodings";

    /** Of the cookbook's numbers for GPT-4o: around a function, its properties, and each of them; of an enum and its members. */
    private static final int FUNCTION = 7;

    private static final int FUNCTION_END = 12;
    private static final int PROPERTIES = 3;
    private static final int PROPERTY = 3;
    private static final int ENUM = -3;
    private static final int ENUM_MEMBER = 3;

    private static final Map<String, MethodHandle> LOADED = new ConcurrentHashMap<>();

    private final String vocabulary;

    private OpenAiTokens(String vocabulary) {
        this.vocabulary = vocabulary;
    }

    /**
     * A counter for a model: GPT-3.5, GPT-4 and the older embeddings have {@code cl100k_base}, all newer ones {@code o200k_base}.
     *
     * @throws TenonException of code {@code tokens.no_vocabulary} where jtokkit is not there
     */
    public static OpenAiTokens of(String model) {
        Objects.requireNonNull(model, "model");
        if (!isAvailable()) {
            throw new TenonException(
                    "tokens.no_vocabulary",
                    "counting tokens as \"" + model
                            + "\" does needs com.knuddels:jtokkit 1.1.0, which is not on the class"
                            + " path; add it, or use OpenAiTokens.orEstimate, which does without");
        }
        return new OpenAiTokens(vocabulary(model));
    }

    /** A counter for a model; {@link TokenCounter#ESTIMATE} where jtokkit is not there. */
    public static TokenCounter orEstimate(String model) {
        Objects.requireNonNull(model, "model");
        return isAvailable() ? of(model) : TokenCounter.ESTIMATE;
    }

    /** Whether jtokkit is there. Loads no vocabulary. */
    public static boolean isAvailable() {
        try {
            Class.forName(LIBRARY, false, OpenAiTokens.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static String vocabulary(String model) {
        String name = model.toLowerCase(Locale.ROOT);
        name = name.substring(name.lastIndexOf('/') + 1);
        boolean older = name.startsWith("gpt-3.5")
                || name.startsWith("gpt-35")
                || name.equals("gpt-4")
                || name.startsWith("gpt-4-")
                || name.startsWith("text-embedding-");
        return older ? "cl100k_base" : "o200k_base";
    }

    /** By reflection, so that this module needs no other at run time. */
    private static MethodHandle load(String vocabulary) {
        try {
            Class<?> encodings = Class.forName(LIBRARY);
            Object registry = encodings.getMethod("newLazyEncodingRegistry").invoke(null);
            Class<?> registryType = Class.forName("com.knuddels.jtokkit.api.EncodingRegistry");
            Object found = registryType.getMethod("getEncoding", String.class).invoke(registry, vocabulary);
            Object encoding = ((java.util.Optional<?>) found).orElseThrow();
            Method count =
                    Class.forName("com.knuddels.jtokkit.api.Encoding").getMethod("countTokensOrdinary", String.class);
            return MethodHandles.publicLookup().unreflect(count).bindTo(encoding);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new TenonException(
                    "tokens.no_vocabulary",
                    "the vocabulary " + vocabulary + " could not be loaded; com.knuddels:jtokkit 1.1.0 has it",
                    e);
        }
    }

    @Override
    public long tokens(String text) {
        Objects.requireNonNull(text, "text");
        if (text.isEmpty()) {
            return 0;
        }
        MethodHandle count = LOADED.computeIfAbsent(vocabulary, OpenAiTokens::load);
        try {
            return (int) count.invoke(text);
        } catch (Throwable e) {
            throw new TenonException("tokens.failed", "a text could not be counted", e);
        }
    }

    @Override
    public long tokens(ToolSpec tool) {
        Objects.requireNonNull(tool, "tool");
        return FUNCTION
                + tokens(tool.name() + ":" + tool.told())
                + schema(tool.parameters().json())
                + FUNCTION_END;
    }

    private long schema(Json schema) {
        if (!(schema instanceof Json.Obj object)) {
            return 0;
        }
        long tokens = 0;
        if (object.get("properties").orElse(Json.NULL) instanceof Json.Obj properties && !properties.isEmpty()) {
            tokens += PROPERTIES;
            for (Map.Entry<String, Json> property : properties.members().entrySet()) {
                tokens += PROPERTY + property(property.getKey(), property.getValue());
            }
        }
        tokens += object.get("items").map(this::schema).orElse(0L);
        for (String many : new String[] {"anyOf", "oneOf", "allOf"}) {
            if (object.get(many).orElse(Json.NULL) instanceof Json.Arr some) {
                for (Json one : some) {
                    tokens += schema(one);
                }
            }
        }
        for (String definitions : new String[] {"$defs", "definitions"}) {
            if (object.get(definitions).orElse(Json.NULL) instanceof Json.Obj some) {
                for (Json one : some.members().values()) {
                    tokens += schema(one);
                }
            }
        }
        return tokens;
    }

    private long property(String name, Json schema) {
        if (!(schema instanceof Json.Obj object)) {
            return tokens(name);
        }
        long tokens = tokens(name + ":" + object.string("type").orElse("") + ":"
                + object.string("description").orElse(""));
        if (object.get("enum").orElse(Json.NULL) instanceof Json.Arr members) {
            tokens += ENUM;
            for (Json member : members) {
                tokens += ENUM_MEMBER + tokens(member instanceof Json.Str text ? text.value() : member.toString());
            }
        }
        return tokens + schema(object);
    }

    @Override
    public String toString() {
        return "OpenAiTokens[" + vocabulary + "]";
    }
}
