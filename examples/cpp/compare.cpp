// Compares a photo with the register: compare NAME ID_NUMBER PHOTO
//
// Ends with 0 when the person may be let in, 1 when not, 2 when it is not known.
#include "setup.hpp"

int main(int count, char **arguments)
{
    if (count != 4) {
        std::cerr << "usage: " << arguments[0] << " NAME ID_NUMBER PHOTO\n";
        return 2;
    }
    return guarded([&] {
        const shiren::Client client = open_client();

        shiren::juhe::verifyface::Verify2 request;
        request.realname = arguments[1];
        request.idcard = arguments[2];
        request.image = read_photo(arguments[3]);

        const auto reply = client.run(request);
        if (!reply) {
            tell(reply.error());
            return 2;
        }
        const shiren::Verdict &verdict = reply->verdict;
        std::cout << name(verdict.decision) << ", billed: " << name(verdict.billed) << '\n';
        for (const shiren::Reason &reason : verdict.reasons) {
            std::cout << reason.code << ' ' << reason.message;
            if (reason.next_step) {
                std::cout << ": " << *reason.next_step;
            }
            std::cout << '\n';
        }
        return exit_code(verdict.decision);
    });
}
