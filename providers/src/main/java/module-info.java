/** Talking to models: one package a wire format, one public entry class in each. */
module dev.tenon.providers {
    requires transitive dev.tenon.core;
    requires transitive okhttp3;
    requires okio;
    requires kotlin.stdlib;
    requires org.slf4j;
    requires static org.jspecify;

    provides dev.tenon.provider.ProviderFactory with
            dev.tenon.anthropic.AnthropicFactory,
            dev.tenon.bedrock.BedrockFactory,
            dev.tenon.cohere.CohereFactory,
            dev.tenon.gemini.GeminiFactory,
            dev.tenon.ollama.OllamaFactory,
            dev.tenon.openai.OpenAiFactory,
            dev.tenon.openai.responses.ResponsesFactory;

    exports dev.tenon.anthropic;
    exports dev.tenon.bedrock;
    exports dev.tenon.catalogue;
    exports dev.tenon.cohere;
    exports dev.tenon.gemini;
    exports dev.tenon.http;
    exports dev.tenon.ollama;
    exports dev.tenon.openai;
    exports dev.tenon.openai.responses;
}
