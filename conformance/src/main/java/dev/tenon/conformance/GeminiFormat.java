package dev.tenon.conformance;

import dev.tenon.gemini.Gemini;
import dev.tenon.provider.Provider;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Gemini, at Google's own address or on Vertex AI, with streams as events or as an array. */
record GeminiFormat() implements ChatFormat {
    private static final String KEY = "no-key-is-needed-here";

    private static final Pattern MODEL = Pattern.compile("/models/([^/:]+):");

    @Override
    public String api() {
        return "gemini";
    }

    @Override
    public Reading reading() {
        return Reading.JOINED;
    }

    @Override
    public Provider connect(Given exchange, String baseUrl) {
        return connection(exchange, baseUrl).model(model(exchange));
    }

    static Gemini connection(Given exchange, String baseUrl) {
        String url = exchange.text("url").orElse("");
        Gemini.Builder host = exchange.text("provider").orElse("").equals("vertexai")
                ? Gemini.vertex("project", "global").token(() -> KEY)
                : Gemini.connect().key(KEY);
        boolean arrays = url.contains(":streamGenerateContent") && !url.contains("alt=sse");
        return (arrays ? host.streamsAsArrays() : host).baseUrl(baseUrl).build();
    }

    /** The model that was asked: it stands in the address. */
    static String model(Given exchange) {
        Matcher name = MODEL.matcher(exchange.text("url").orElse(""));
        return name.find() ? name.group(1) : "gemini-2.5-flash";
    }
}
