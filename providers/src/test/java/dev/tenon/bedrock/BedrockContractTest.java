package dev.tenon.bedrock;

import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.testing.ModelServer;
import dev.tenon.testing.contract.ServedProviderContract;

class BedrockContractTest extends ServedProviderContract {
    @Override
    protected Provider connect(ModelServer server) {
        return Bedrock.connect("us-east-1")
                .baseUrl(server.url("").toString())
                .credentials(AwsCredentials.of("AKIDEXAMPLE", "secret-access-key"))
                .build()
                .model("us.maker.model-v1:0");
    }

    @Override
    protected boolean hasArgumentsAsText() {
        return false;
    }

    @Override
    protected Kind told(Kind kind) {
        return kind == Kind.CONTENT_FILTERED ? Kind.INVALID_REQUEST : kind;
    }
}
