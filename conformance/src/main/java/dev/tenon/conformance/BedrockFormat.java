package dev.tenon.conformance;

import dev.tenon.bedrock.AwsCredentials;
import dev.tenon.bedrock.Bedrock;
import dev.tenon.provider.Provider;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bedrock's Converse API. */
record BedrockFormat() implements ChatFormat {
    private static final Pattern MODEL = Pattern.compile("/model/([^/]+)/");

    @Override
    public String api() {
        return "bedrock-converse";
    }

    @Override
    public Reading reading() {
        return Reading.JOINED;
    }

    @Override
    public Provider connect(Given exchange, String baseUrl) {
        return host(baseUrl).model(model(exchange));
    }

    static Bedrock host(String baseUrl) {
        return Bedrock.connect("us-east-1")
                .baseUrl(baseUrl)
                .credentials(AwsCredentials.of("no-key-is-needed-here", "no-key-is-needed-here"))
                .build();
    }

    /** The model that was asked: it stands in the address. */
    static String model(Given exchange) {
        Matcher name = MODEL.matcher(exchange.text("url").orElse(""));
        return name.find() ? URLDecoder.decode(name.group(1), StandardCharsets.UTF_8) : "model";
    }
}
