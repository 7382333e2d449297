def test_ble_key_opens_while_the_cloud_says_503(bench, owner, cloud):
    with cloud.failing("http_status:status=503"):
        bench.wait(minutes=10)
        unlock = owner.unlock("ble_key")
    assert unlock.opened_within(1.5), unlock.story()


def test_turning_the_blade_pulses_the_lock_motor(can, relays, supplies):
    supplies.kl30.on()
    with relays.cylinder_unlock.closed():
        can.body.expect("BCM_LockState", LockState="unlocked", within_s=0.5)
